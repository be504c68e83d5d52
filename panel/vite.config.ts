import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const SERVER = 'http://localhost:8080'

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    chunkSizeWarningLimit: 1500,
    rolldownOptions: {
      output: {
        // What keeps schemas from compiling code must run before the first of them is made.
        codeSplitting: {
          groups: [{ name: 'contract', test: /without-eval|node_modules\/zod|\/protocol\// }],
        },
      },
    },
    // light-dark() is kept as it is: what it would be rewritten to does not know our colour schemes.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
  },
  server: {
    proxy: {
      '/api': SERVER,
      '/media': SERVER,
      '/socket.io': { target: SERVER, ws: true },
    },
  },
})
